/**
 * Fails to compile when what the designer believes about the API and the API's own description drift apart.
 * `schema.d.ts` is generated from the server's OpenAPI document; a test of the server keeps that document fresh.
 */
import type { Credential, CredentialField, CredentialReport, CredentialSlot, NewCredential, SlotField } from './credentials'
import type * as plugins from './plugin_types'
import type { components } from './schema'
import type * as believed from './types'

type Described = components['schemas']

/** True when two shapes have the same fields. */
type SameFields<A, B> = [keyof A] extends [keyof B] ? ([keyof B] extends [keyof A] ? true : never) : never

/** True when two unions have the same members. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never

export type Conforms = [
  SameFields<believed.RunError, Described['RunError']>,
  SameFields<believed.Workflow, Described['Workflow']>,
  SameFields<believed.WorkflowSummary, Described['WorkflowSummary']>,
  SameFields<believed.Revision, Described['Revision']>,
  SameFields<plugins.Plugin, Described['Plugin']>,
  SameFields<plugins.PluginVersion, Described['PluginVersion']>,
  SameFields<plugins.PluginGrant, Described['PluginGrant']>,
  SameFields<plugins.PluginHost, Described['PluginHost']>,
  SameFields<Credential, Described['Credential']>,
  SameFields<CredentialField, Described['CredentialField']>,
  SameFields<CredentialSlot, Described['CredentialSlot']>,
  SameFields<SlotField, Described['SlotField']>,
  SameFields<NewCredential, Described['CreateCredential']>,
  SameFields<CredentialReport, Described['CredentialReport']>,
  SameFields<plugins.AskOptions, Described['AskOptions']>,
  SameFields<plugins.AskSchema, Described['AskSchema']>,
  SameFields<plugins.ChoiceList, Described['ChoiceList']>,
  SameFields<plugins.ParameterChoice, Described['ParameterChoice']>,
  SameFields<plugins.PluginTrigger, Described['PluginTrigger']>,
  SameFields<plugins.Sample, Described['Sample']>,
  SameFields<believed.Problem, Described['DocumentProblem']>,
  SameFields<believed.Document, Described['Document']>,
  SameFields<believed.Edge, Described['Edge']>,
  SameFields<believed.Me, Described['Me']>,
  SameFields<believed.Run, Described['Run']>,
  SameFields<believed.RunPage, Described['RunPage']>,
  SameFields<believed.BulkOutcome, Described['BulkOutcome']>,
  SameFields<believed.ScheduleRow, Described['Schedule']>,
  SameFields<believed.ScheduleFire, Described['Fire']>,
  SameFields<believed.Step, Described['Step']>,
  SameFields<believed.StepWait, Described['Waits']>,
  SameFields<believed.Retry, Described['Retry']>,
  SameFields<believed.Settings, Described['Settings']>,
  SameFields<believed.PerKey, Described['PerKey']>,
  SameFields<believed.Retention, Described['Retention']>,
  SameFields<believed.Keep, Described['Keep']>,
  SameFields<believed.Approval, Described['Approval']>,
  SameFields<believed.PublicApproval, Described['PublicApproval']>,
  SameFields<believed.ApprovalChoice, Described['Choice']>,
  Same<believed.TriggerKind, Described['TriggerKind']>,
  Same<plugins.TriggerState, Described['TriggerState']>,
]

export const conforms: Conforms = [true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true]
