import { CircleCheck, CircleX, Info, TriangleAlert, X } from 'lucide-react'
import { Toast as Primitive } from 'radix-ui'

import { IconButton } from '@/ui/IconButton'
import { dismissToast, type ToastTone, useToasts } from '@/ui/toast'

const ICONS: Record<ToastTone, React.ReactNode> = {
  neutral: <Info aria-hidden className="mt-0.5 size-4 shrink-0 text-accent-ink" />,
  success: <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success-ink" />,
  warning: <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning-ink" />,
  danger: <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-danger-ink" />,
}

const SHOWN_MS = 5_000
const SHOWN_LONG_MS = 10_000

/** Where toasts appear; stands once, near the root. */
export function Toaster() {
  const shown = useToasts((toasts) => toasts.shown)
  return (
    <Primitive.Provider swipeDirection="right" label="Notification">
      {shown.map(({ id, title, detail, tone = 'neutral', action }) => (
        <Primitive.Root
          key={id}
          duration={tone === 'danger' || tone === 'warning' || action ? SHOWN_LONG_MS : SHOWN_MS}
          onOpenChange={(open) => {
            if (!open) dismissToast(id)
          }}
          className="animate-appear flex items-start gap-2.5 rounded-lg border border-line bg-raised p-3 shadow-high"
        >
          {ICONS[tone]}
          <div className="min-w-0 flex-1">
            <Primitive.Title className="font-medium">{title}</Primitive.Title>
            {detail !== undefined && <Primitive.Description className="mt-0.5 break-words text-muted">{detail}</Primitive.Description>}
            {action && (
              <Primitive.Action altText={action.label} asChild>
                <button type="button" onClick={action.onClick} className="mt-1 font-medium text-accent-ink hover:underline">
                  {action.label}
                </button>
              </Primitive.Action>
            )}
          </div>
          <Primitive.Close asChild>
            <IconButton label="Dismiss" icon={<X />} size="sm" className="-my-0.5" />
          </Primitive.Close>
        </Primitive.Root>
      ))}
      <Primitive.Viewport className="fixed right-4 bottom-4 z-70 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2 outline-none" />
    </Primitive.Provider>
  )
}
