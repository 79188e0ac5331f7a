/** The mark: four columns of basalt. */
export function Logo({ size = 24 }: { size?: number }) {
  return <img src="/icon.svg" width={size} height={size} alt="" />
}
