import { InputNumber, Select, Space } from 'antd'
import { useState } from 'react'
import { type ByteUnit, bytesIn, byteUnits, wholeUnit } from '../format/quantity.ts'
import { t } from '../text/index.ts'

interface Props {
  id?: string
  value?: number | null
  onChange?(bytes: number | null): void
  label: string
  placeholder?: string
}

/** A size: a number and its unit; the value is in bytes. */
export function BytesInput({ id, value, onChange, label, placeholder }: Props) {
  const [unit, setUnit] = useState<ByteUnit>(() => wholeUnit(value))
  const [amount, setAmount] = useState(value === null || value === undefined ? null : value / bytesIn(unit))
  const tell = (nextAmount: number | null, nextUnit: ByteUnit): void => {
    setAmount(nextAmount)
    setUnit(nextUnit)
    onChange?.(nextAmount === null ? null : Math.round(nextAmount * bytesIn(nextUnit)))
  }
  return (
    <Space.Compact block>
      <InputNumber
        id={id}
        className="grow"
        min={0}
        value={amount}
        placeholder={placeholder}
        onChange={(next) => tell(next === null ? null : Number(next), unit)}
      />
      <Select<ByteUnit>
        className="unit"
        aria-label={`${label}: ${t('form.unit')}`}
        value={unit}
        onChange={(next) => tell(amount, next)}
        options={byteUnits.slice(0, 5).map((each) => ({ value: each, label: each }))}
      />
    </Space.Compact>
  )
}
