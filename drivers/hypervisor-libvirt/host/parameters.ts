import { type DomainSpec, domainProblem, isId } from '@basalt/contracts'
import { HypervisorError } from './errors.ts'

/** Ids become names of files and domains, so nothing but a lower-case UUID passes. @throws HypervisorError INVALID_PARAMETERS */
export function checkId(id: string): string {
  if (isId(id)) return id
  throw invalid(`${JSON.stringify(id)} is not a UUID in lower case`)
}

/** Checks what libvirt would not, or would refuse less clearly. @throws HypervisorError INVALID_PARAMETERS */
export function checkSpec(spec: DomainSpec): DomainSpec {
  const problem = domainProblem(spec)
  if (problem === undefined) return spec
  throw invalid(problem)
}

function invalid(what: string): HypervisorError {
  return new HypervisorError('INVALID_PARAMETERS', `The command is not valid: ${what}.`, 'Correct the request.')
}
