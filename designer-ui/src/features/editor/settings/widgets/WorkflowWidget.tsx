import type { WidgetProps } from '../widget_props'
import { WorkflowSelect } from '../WorkflowSelect'

/** A workflow, by its name; what is kept is its id. */
export function WorkflowWidget({ field, value, onChange, control, ariaLabel }: WidgetProps) {
  return (
    <WorkflowSelect
      control={control}
      ariaLabel={ariaLabel}
      value={typeof value === 'string' && value !== '' ? value : undefined}
      onChange={onChange}
      none={field.required ? 'Choose a workflow…' : 'None'}
    />
  )
}
