import { classNames } from '@/ui/class_names'
import { Dialog } from '@/ui/Dialog'
import { Kbd } from '@/ui/Kbd'
import { type Shortcut, useShownShortcuts } from '@/ui/shortcuts'

/** The `?` sheet: every shortcut of the page one is on. */
export function ShortcutSheet({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const groups = useShownShortcuts((shown) => shown.groups)
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" size={groups.length > 1 ? 'lg' : 'sm'}>
      <div className={classNames('gap-10 max-sm:columns-1', groups.length > 1 && 'columns-2')}>
        {groups.map((group) => (
          <section key={group.title} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-xs font-medium text-muted">{group.title}</h3>
            <dl>
              {group.shortcuts.map((shortcut) => (
                <div key={shortcut.label} className="flex items-center justify-between gap-4 border-b border-line py-1.5 last:border-b-0">
                  <dt>{shortcut.label}</dt>
                  <dd>
                    <Keys shortcut={shortcut} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

function Keys({ shortcut: { keys } }: { shortcut: Shortcut }) {
  const then = keys.indexOf('then')
  if (then < 0) return <Kbd keys={keys} />
  return (
    <span className="inline-flex items-center gap-1 text-xs text-muted">
      <Kbd keys={keys.slice(0, then)} /> then <Kbd keys={keys.slice(then + 1)} />
    </span>
  )
}
