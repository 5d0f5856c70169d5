import type { Priority } from '@/api/types'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Input'

import { DurationInput } from '../settings/DurationInput'
import { WorkflowSelect } from '../settings/WorkflowSelect'
import type { SectionProps } from './SettingsDialog'

const PRIORITIES: { value: Priority; label: string }[] = [
  { value: 'high', label: 'High: before others' },
  { value: 'normal', label: 'Normal' },
  { value: 'low', label: 'Low: after others' },
]

/** How long a run may take, what happens when it fails, and how urgent it is. */
export function RunSettings({ settings, set, problemOf }: SectionProps) {
  return (
    <>
      <Field label="Run timeout" error={problemOf('run_timeout_ms')} hint="A run that takes longer, waits included, is stopped. When empty, it may wait without limit and be busy for 24 hours at a stretch.">
        <DurationInput value={settings.run_timeout_ms} placeholder="24" unit="h" onChange={(value) => set('run_timeout_ms', value)} />
      </Field>
      <Field label="Priority" error={problemOf('priority')} hint="Who starts first on a busy server.">
        <Select
          value={settings.priority ?? 'normal'}
          options={PRIORITIES}
          onChange={(value) => {
            const priority = PRIORITIES.find((each) => each.value === value)?.value
            set('priority', priority === 'normal' ? undefined : priority)
          }}
        />
      </Field>
      <Field
        label="When a run fails, start"
        error={problemOf('on_error_workflow')}
        hint="A workflow with an On error trigger; it gets the failed run and its error."
        className="sm:col-span-2"
      >
        <WorkflowSelect value={settings.on_error_workflow} none="Nothing" onChange={(value) => set('on_error_workflow', value)} />
      </Field>
    </>
  )
}
