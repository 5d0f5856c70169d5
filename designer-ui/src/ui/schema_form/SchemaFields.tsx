import { useId } from 'react'

import { Checkbox } from '@/ui/Checkbox'
import { Field } from '@/ui/Field'
import { Input, Select, Textarea } from '@/ui/Input'
import type { FormChoice, FormField, Raw, RawForm } from '@/ui/schema_form/schema'

interface SchemaFieldsProps {
  fields: readonly FormField[]
  raw: RawForm
  problems: Readonly<Record<string, string>>
  onChange: (raw: RawForm) => void
}

/** The inputs of a form made from a schema. */
export function SchemaFields({ fields, raw, problems, onChange }: SchemaFieldsProps) {
  return fields.map((field) => (
    <SchemaField
      key={field.key}
      field={field}
      raw={raw[field.key] ?? ''}
      problem={problems[field.key]}
      onChange={(value) => onChange({ ...raw, [field.key]: value })}
    />
  ))
}

interface SchemaFieldProps {
  field: FormField
  raw: Raw
  problem: string | undefined
  onChange: (raw: Raw) => void
}

function SchemaField({ field, raw, problem, onChange }: SchemaFieldProps) {
  const { kind, title, description, required } = field
  if (kind.kind === 'yes_no') {
    return (
      <div>
        <Checkbox checked={raw === true} onChange={onChange} label={title} />
        {description !== undefined && <p className="pl-6 text-xs text-muted">{description}</p>}
      </div>
    )
  }
  if (kind.kind === 'choices') {
    return <Choices field={field} choices={kind.choices} chosen={Array.isArray(raw) ? raw : []} problem={problem} onChange={onChange} />
  }
  const text = typeof raw === 'string' ? raw : ''
  const given = { value: text, required, 'aria-required': required }
  const change = (event: { target: { value: string } }) => onChange(event.target.value)
  return (
    <Field label={title} hint={description} error={problem} optional={!required}>
      {kind.kind === 'choice' && (
        <Select
          value={text}
          onChange={onChange}
          options={[{ value: '', label: required ? 'Choose…' : 'None' }, ...kind.choices.map((choice, place) => ({ value: String(place), label: choice.title }))]}
        />
      )}
      {kind.kind === 'text' && <Input {...given} type={kind.input} onChange={change} />}
      {kind.kind === 'number' && <Input {...given} inputMode={kind.isWhole ? 'numeric' : 'decimal'} className="tabular" onChange={change} />}
      {kind.kind === 'long_text' && <Textarea {...given} onChange={change} />}
      {kind.kind === 'lines' && <Textarea {...given} placeholder="One per line" onChange={change} />}
      {kind.kind === 'json' && <Textarea {...given} spellCheck={false} className="font-mono text-xs" placeholder="JSON" onChange={change} />}
    </Field>
  )
}

interface ChoicesProps {
  field: FormField
  choices: readonly FormChoice[]
  chosen: readonly number[]
  problem: string | undefined
  onChange: (chosen: number[]) => void
}

function Choices({ field, choices, chosen, problem, onChange }: ChoicesProps) {
  const id = useId()
  return (
    <fieldset aria-describedby={problem === undefined ? undefined : id} className="flex flex-col gap-1.5">
      <legend className="mb-1 font-medium">{field.title}</legend>
      {choices.map((choice, place) => (
        <Checkbox
          key={place}
          checked={chosen.includes(place)}
          onChange={(isChosen) => onChange(isChosen ? [...chosen, place] : chosen.filter((each) => each !== place))}
          label={choice.title}
        />
      ))}
      {problem !== undefined && (
        <p id={id} className="text-xs text-danger-ink">
          {problem}
        </p>
      )}
      {field.description !== undefined && <p className="text-xs text-muted">{field.description}</p>}
    </fieldset>
  )
}
