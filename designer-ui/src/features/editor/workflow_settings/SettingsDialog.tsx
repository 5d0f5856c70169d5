import type { ReactNode } from 'react'

import type { Settings } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'

import { useActions, useEditor } from '../store/context'
import { withSetting } from './change'
import { HistorySettings } from './HistorySettings'
import { LimitSettings } from './LimitSettings'
import { RunSettings } from './RunSettings'

/** What a section of the settings gets. */
export interface SectionProps {
  settings: Settings
  set: <K extends keyof Settings>(key: K, value: Settings[K] | undefined) => void
  /** What is wrong with a setting, by its path: `per_key/key`. */
  problemOf: (path: string) => string | undefined
}

/** What holds for the whole workflow. Every change is an edit of the draft, saved and undone like any other. */
export function SettingsDialog() {
  const isOpen = useEditor((state) => state.floating?.kind === 'settings')
  return isOpen ? <SettingsForm /> : null
}

function SettingsForm() {
  const actions = useActions()
  const settings = useEditor((state) => state.doc.settings)
  const problems = useEditor((state) => state.problems)
  const close = () => actions.set({ floating: null })
  const section: SectionProps = {
    settings,
    set: (key, value) =>
      actions.execute({ type: 'setSettings', settings: withSetting(settings, key, value) }, { coalesce: `settings/${key}` }),
    problemOf: (path) => {
      const own = problems.filter(({ pointer }) => pointer === `/settings/${path}` || pointer.startsWith(`/settings/${path}/`))
      return own.length === 0 ? undefined : own.map(({ message }) => message).join(' ')
    },
  }
  return (
    <Dialog
      open
      onOpenChange={close}
      size="lg"
      title="Workflow settings"
      description="They belong to the draft and hold for runs once it is published."
      footer={
        <Button variant="primary" onClick={close}>
          Done
        </Button>
      }
    >
      <div className="flex flex-col gap-6">
        <Section title="Each run">
          <RunSettings {...section} />
        </Section>
        <Section title="Runs at the same time">
          <LimitSettings {...section} />
        </Section>
        <Section title="History">
          <HistorySettings {...section} />
        </Section>
      </div>
    </Dialog>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-3 border-b border-line pb-1 font-semibold">{title}</h3>
      <div className="grid gap-4 sm:grid-cols-2">{children}</div>
    </section>
  )
}
