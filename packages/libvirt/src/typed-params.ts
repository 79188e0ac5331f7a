import { LibvirtError } from './errors.ts'
import type { XdrReader, XdrWriter } from './xdr.ts'

/** Values libvirt gives by name, such as `cpu.time` or `block.0.rd.bytes`. 64-bit values above 2^53 are rounded. */
export type ParamValues = Readonly<Record<string, number | boolean | string>>

/** A value to send by name. libvirt insists on the exact type of each parameter, hence the tag. */
export type TypedParam =
  | { readonly name: string; readonly type: 'int32' | 'uint32' | 'double'; readonly value: number }
  | { readonly name: string; readonly type: 'int64' | 'uint64'; readonly value: number | bigint }
  | { readonly name: string; readonly type: 'boolean'; readonly value: boolean }
  | { readonly name: string; readonly type: 'string'; readonly value: string }

/** Numbers of the types (`virTypedParameterType`). */
const TYPE_NUMBER = { int32: 1, uint32: 2, int64: 3, uint64: 4, double: 5, boolean: 6, string: 7 } as const

/** Writes a list of parameters (`remote_typed_param<>`). */
export function writeParams(writer: XdrWriter, params: readonly TypedParam[]): XdrWriter {
  return writer.array(params, (param) => {
    writer.string(param.name).int32(TYPE_NUMBER[param.type])
    writeValue(writer, param)
  })
}

/** Reads a list of parameters as an object; a repeated name keeps its last value. */
export function readParams(reader: XdrReader): ParamValues {
  return Object.fromEntries(reader.array(() => [reader.string(), readValue(reader)] as const))
}

function writeValue(writer: XdrWriter, param: TypedParam): XdrWriter {
  switch (param.type) {
    case 'int32':
      return writer.int32(param.value)
    case 'uint32':
      return writer.uint32(param.value)
    case 'int64':
      return writer.int64(BigInt(param.value))
    case 'uint64':
      return writer.uint64(BigInt(param.value))
    case 'double':
      return writer.double(param.value)
    case 'boolean':
      return writer.int32(param.value ? 1 : 0)
    case 'string':
      return writer.string(param.value)
  }
}

function readValue(reader: XdrReader): number | boolean | string {
  const type = reader.int32()
  switch (type) {
    case TYPE_NUMBER.int32:
      return reader.int32()
    case TYPE_NUMBER.uint32:
      return reader.uint32()
    case TYPE_NUMBER.int64:
      return Number(reader.int64())
    case TYPE_NUMBER.uint64:
      return reader.uint64AsNumber()
    case TYPE_NUMBER.double:
      return reader.double()
    case TYPE_NUMBER.boolean:
      return reader.int32() !== 0
    case TYPE_NUMBER.string:
      return reader.string()
    default:
      throw new LibvirtError('LIBVIRT_PROTOCOL', `Parameter of unknown type ${type} received`)
  }
}
