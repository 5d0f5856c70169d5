/** Weft's mark: a thread that goes under and over. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" strokeWidth="3" strokeLinecap="round">
        <path d="M6 11h20M6 21h20" opacity=".5" />
        <path d="M9 6v9c0 5 7 5 7 1s7-4 7 1v9" />
      </g>
    </svg>
  )
}
