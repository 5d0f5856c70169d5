import { Progress as Primitive } from 'radix-ui'

/** How far something has come. */
export function ProgressBar({ label, value, max }: { label: string; value: number; max: number }) {
  const share = max <= 0 ? 0 : Math.min(1, value / max)
  return (
    <Primitive.Root value={Math.round(share * 100)} aria-label={label} className="h-1.5 overflow-hidden rounded-full bg-pressed">
      <Primitive.Indicator
        className="h-full origin-left rounded-full bg-accent transition-transform"
        style={{ transform: `scaleX(${share})` }}
      />
    </Primitive.Root>
  )
}
