import { Link, useLocation } from '@tanstack/react-router'
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react'

import { AccountMenu } from '@/app/AccountMenu'
import { OpenApprovals } from '@/app/OpenApprovals'
import { toggleSidebar, useFrame } from '@/app/frame'
import { DESTINATIONS } from '@/app/navigation'
import { classNames } from '@/ui/class_names'
import { IconButton } from '@/ui/IconButton'
import { Logo } from '@/ui/Logo'
import { Tooltip } from '@/ui/Tooltip'

const DRAWING = '/workflows/'

/** The navigation: beside the page, or below it on a phone. Beside a drawing it is always narrow. */
export function Sidebar() {
  const { pathname } = useLocation()
  const isCollapsed = useFrame((frame) => frame.isCollapsed)
  const isDrawing = pathname.startsWith(DRAWING)
  const isNarrow = isCollapsed || isDrawing
  return (
    <nav
      aria-label="Main"
      className={classNames(
        'flex shrink-0 flex-col border-line bg-sunken sm:border-r max-sm:order-last max-sm:w-full max-sm:flex-row max-sm:items-center max-sm:border-t max-sm:pr-2',
        isNarrow ? 'w-13' : 'w-52',
      )}
    >
      <div className="flex h-14 items-center gap-2 px-3 max-sm:hidden">
        <Link to="/" aria-label="Weft, workflows" className="flex items-center gap-2 rounded-md">
          <Logo className="size-7" />
          {!isNarrow && <span className="text-lg font-semibold tracking-tight">Weft</span>}
        </Link>
      </div>
      <ul className="flex flex-1 flex-col gap-0.5 px-2 pt-1 max-sm:min-w-0 max-sm:flex-row max-sm:px-0 max-sm:py-1">
        {DESTINATIONS.map(({ to, label, icon: Icon, key }) => (
          <li key={to} className="max-sm:min-w-0 max-sm:flex-1">
            <MaybeTooltip label={label} keys={['g', key]} isShown={isNarrow}>
              <Link
                to={to}
                {...(to === '/' && isDrawing && { 'data-status': 'active' })}
                activeOptions={{ exact: to === '/', includeSearch: false }}
                className={classNames(
                  'relative flex h-9 items-center gap-2.5 rounded-md px-2.5 font-medium text-muted transition-colors hover:bg-hover hover:text-ink',
                  'data-[status=active]:bg-pressed data-[status=active]:text-ink dark:data-[status=active]:bg-hover',
                  'max-sm:h-11 max-sm:flex-col max-sm:justify-center max-sm:gap-0 max-sm:px-0',
                )}
              >
                <Icon aria-hidden className="size-4 shrink-0" />
                <span className={classNames(isNarrow && 'sm:sr-only', 'max-sm:max-w-full max-sm:truncate max-sm:text-[11px]')}>{label}</span>
                {to === '/approvals' && <OpenApprovals isNarrow={isNarrow} />}
              </Link>
            </MaybeTooltip>
          </li>
        ))}
      </ul>
      <div className={classNames('flex items-center gap-1 p-2 max-sm:p-0', isNarrow ? 'flex-col' : 'flex-row')}>
        <AccountMenu isNarrow={isNarrow} />
        {!isDrawing && (
          <IconButton
            label={isNarrow ? 'Widen the navigation' : 'Narrow the navigation'}
            icon={isNarrow ? <PanelLeftOpen /> : <PanelLeftClose />}
            aria-expanded={!isNarrow}
            tooltipSide="right"
            onClick={toggleSidebar}
            className="max-sm:hidden"
          />
        )}
      </div>
    </nav>
  )
}

function MaybeTooltip({ label, keys, isShown, children }: { label: string; keys: string[]; isShown: boolean; children: React.ReactNode }) {
  if (!isShown) return children
  return (
    <Tooltip content={label} keys={keys} side="right">
      {children}
    </Tooltip>
  )
}
