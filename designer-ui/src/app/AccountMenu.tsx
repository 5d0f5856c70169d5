import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Keyboard, LogOut, Monitor, Moon, Sun } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { meQuery, signOut } from '@/api/session'
import { setHelpOpen } from '@/app/frame'
import { classNames } from '@/ui/class_names'
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from '@/ui/Menu'
import { chooseTheme, type ThemeChoice, useTheme } from '@/ui/theme'
import { toast } from '@/ui/toast'

const THEMES: { value: ThemeChoice; label: string; icon: React.ReactNode }[] = [
  { value: 'system', label: 'Same as system', icon: <Monitor /> },
  { value: 'light', label: 'Light', icon: <Sun /> },
  { value: 'dark', label: 'Dark', icon: <Moon /> },
]

/** Who is signed in, the theme, the shortcuts, and the way out. */
export function AccountMenu({ isNarrow }: { isNarrow: boolean }) {
  const { data: me } = useQuery(meQuery)
  const theme = useTheme((state) => state.choice)
  const leave = useLeave()
  const name = me?.name ?? ''
  return (
    <Menu
      align="start"
      side="top"
      label="Account"
      trigger={
        <button
          type="button"
          className={classNames(
            'flex min-w-0 items-center gap-2 rounded-md p-1 text-left hover:bg-hover data-[state=open]:bg-hover',
            !isNarrow && 'flex-1',
          )}
        >
          <span
            aria-hidden
            className="inline-flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent-ink"
          >
            {initials(name)}
          </span>
          <span className={classNames('min-w-0 flex-1 max-sm:sr-only', isNarrow && 'sr-only')}>
            <span className="sr-only">Account: </span>
            <span className="block truncate leading-4 font-medium">{name}</span>
            <span className="block truncate text-xs text-muted">{me?.workspace.name}</span>
          </span>
        </button>
      }
    >
      {me && <MenuLabel>{me.email ?? (me.kind === 'key' ? 'Signed in with an API key' : me.name)}</MenuLabel>}
      <MenuSeparator />
      <MenuLabel>Theme</MenuLabel>
      <MenuChoice
        value={theme}
        onChange={(value) => {
          const option = THEMES.find((each) => each.value === value)
          if (option) chooseTheme(option.value)
        }}
        options={THEMES}
      />
      <MenuSeparator />
      <MenuItem icon={<Keyboard />} keys={['?']} onSelect={() => setHelpOpen(true)}>
        Keyboard shortcuts
      </MenuItem>
      <MenuItem icon={<LogOut />} onSelect={() => leave()}>
        Sign out
      </MenuItem>
    </Menu>
  )
}

function useLeave(): () => void {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { mutate } = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: '/sign-in' })
      queryClient.clear()
    },
    onError: (error) => toast({ tone: 'danger', title: 'Could not sign out', detail: asProblem(error).message }),
  })
  return mutate
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '')
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words
  return letters.map((word) => Array.from(word ?? '')[0]?.toUpperCase() ?? '').join('')
}
