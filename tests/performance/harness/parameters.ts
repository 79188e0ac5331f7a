/** Numbers that a bench takes from the environment, e.g. `BENCH_VMS=1000`. */

export interface Parameter {
  environment: string
  value: number
  about: string
}

/** @throws Error unless it is a whole number from 1 on */
export function parameter(environment: string, otherwise: number, about: string): Parameter {
  const value = Number(process.env[environment] ?? otherwise)
  if (!Number.isInteger(value) || value < 1) throw new Error(`${environment} must be a whole number from 1 on`)
  return { environment, value, about }
}

/** How often ours and the yardstick are measured, in turns: fewer than five say nothing of their spread. */
export const rounds = parameter('BENCH_ROUNDS', 5, 'rounds of ours and the yardstick, in turns')
