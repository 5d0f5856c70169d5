import { LoaderCircle } from 'lucide-react'

import { classNames } from '@/ui/class_names'

/** A sign of waiting, invisible for the first 200 ms. Inside something that already says what is going on, give no label. */
export function Spinner({ label, className }: { label?: string; className?: string }) {
  return (
    <span className={classNames('animate-delayed inline-flex', className)} role={label === undefined ? undefined : 'status'}>
      <LoaderCircle aria-hidden className="size-4 animate-spin motion-reduce:animate-none" />
      {label !== undefined && <span className="sr-only">{label}</span>}
    </span>
  )
}
