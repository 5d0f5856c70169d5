const KIB = 1024
const MIB = 1024 * KIB

/** "812 KiB", "2.4 MiB". */
export function bytes(size: number): string {
  if (size < KIB) return `${size} B`
  if (size < MIB) return `${Math.round(size / KIB)} KiB`
  return `${(size / MIB).toFixed(1)} MiB`
}
