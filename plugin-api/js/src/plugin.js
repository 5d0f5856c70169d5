// From the author's declaration to the exports of the component.

import { Call } from './call.js'
import { StepError, toJson } from './error.js'
import { manifestOf } from './manifest.js'
import { Outcome } from './outcome.js'
import { seedRandom } from './random.js'
import { Inbound, Verdict } from './webhooks.js'

export function action(declaration) {
  return declaration
}

export function poll(declaration) {
  return { kind: 'poll', ...declaration }
}

export function webhook(declaration) {
  return { kind: 'webhook', ...declaration }
}

export function definePlugin(declaration) {
  const manifest = JSON.stringify(manifestOf(declaration))
  const { actions = {}, triggers = {}, credentials = {} } = declaration
  const nodes = { ...actions, ...triggers }
  return {
    metadata: { describe: () => manifest },
    actions: {
      run: guarded((wire) => {
        seedRandom(wire.idempotencyKey)
        const call = new Call(wire)
        return answered(find(actions, call.action).run(call.params, call), call).toWire()
      }),
    },
    dynamic: {
      options: guarded((action, field, params, search, cursor) => {
        const choices = entry(find(nodes, action).options ?? {}, field, () => unknownField(action, field))
        return choicesOf(choices(JSON.parse(params), { search: search ?? undefined, cursor: parsed(cursor) }))
      }),
      schema: guarded((action, field, params) => {
        const { schema } = find(nodes, action)
        if (schema === undefined) throw unknownField(action, field ?? '')
        return toJson(settled(schema(JSON.parse(params), field ?? undefined)))
      }),
      testCredential: guarded((slot) => {
        const test = entry(credentials, slot, () => notOffered('to test credentials')).test
        if (test === undefined) throw notOffered('to test credentials')
        return String(settled(test()) ?? '')
      }),
    },
    polling: {
      poll: guarded((wire) => {
        seedRandom(wire.idempotencyKey)
        const call = new Call(wire)
        const found = settled(own(triggers, call.action, 'poll')(call.params, call))
        return (found instanceof Outcome ? found : Outcome.list(found)).toWire()
      }),
    },
    webhooks: {
      handle: guarded((wire) => {
        const inbound = new Inbound(wire)
        const verdict = settled(own(triggers, inbound.action, 'handle')(inbound.params, inbound))
        if (!(verdict instanceof Verdict)) {
          throw StepError.permanent('no_verdict', 'answer with Verdict.accept(…), Verdict.answer(…) or Verdict.reject(…)')
        }
        return verdict.toWire()
      }),
      subscribe: guarded((action, params, url) => toJson(settled(own(triggers, action, 'subscribe')(JSON.parse(params), url)))),
      unsubscribe: guarded((action, params, subscription) => {
        settled(own(triggers, action, 'unsubscribe')(JSON.parse(params), JSON.parse(subscription)))
      }),
    },
  }
}

/** An export: seeds chance, and throws what the author threw in the form the host reads. */
function guarded(work) {
  return (...values) => {
    seedRandom(`${Date.now()} ${performance.now()}`)
    try {
      return work(...values)
    } catch (error) {
      throw StepError.of(error).toWire()
    }
  }
}

function answered(answer, call) {
  const value = settled(answer)
  if (value instanceof Outcome) return value
  if (call.items.length === 1) return Outcome.one(value)
  throw StepError.permanent('batch_not_answered', 'a batch of items is answered by call.answer(…), call.answerEach(…) or an Outcome')
}

/** Calls are synchronous, so nobody would wait for a promise. */
function settled(value) {
  if (typeof value?.then !== 'function') return value
  throw StepError.permanent('async_function', 'the function is async; requests and files need no waiting here, so leave out async and await')
}

function choicesOf(answer) {
  const choices = settled(answer)
  const { items, next } = Array.isArray(choices) ? { items: choices } : choices
  return { items: items.map(choiceOf), next: next === undefined || next === null ? null : toJson(next) }
}

function choiceOf(choice) {
  const { value, label = String(value), hint = null } = typeof choice === 'object' && choice !== null ? choice : { value: choice }
  return { value: toJson(value), label, hint }
}

function find(table, id) {
  return entry(table, id, () => StepError.permanent('unknown_action', `this plugin has no action or trigger '${id}'`))
}

/** A function of a trigger. */
function own(triggers, id, name) {
  const work = find(triggers, id)[name]
  if (work === undefined) throw notOffered(`'${name}' for the trigger '${id}'`)
  return work
}

function entry(table, key, otherwise) {
  if (!Object.hasOwn(table, key)) throw otherwise()
  return table[key]
}

function parsed(json) {
  return json === null || json === undefined ? undefined : JSON.parse(json)
}

function unknownField(action, field) {
  return StepError.permanent('unknown_field', `'${action}' has no choices for '${field}'`)
}

function notOffered(what) {
  return StepError.permanent('not_offered', `this plugin does not offer ${what}`)
}
