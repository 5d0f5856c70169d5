// From the declaration to the manifest: what is data is taken over, what is code stays here.

export function manifestOf(declaration) {
  const { hosts = [], credentials = {}, actions = {}, triggers = {}, ...rest } = declaration
  return {
    manifest: 1,
    ...rest,
    hosts: hosts.map((host) => (typeof host === 'string' ? { pattern: host } : host)),
    credentials: Object.entries(credentials).map(([slot, credential]) => ({ slot, ...dataOf(credential) })),
    actions: Object.entries(actions).map(([id, action]) => ({ id, ...actionOf(id, action) })),
    triggers: Object.entries(triggers).map(([id, trigger]) => ({ id, ...triggerOf(id, trigger) })),
  }
}

function actionOf(id, action) {
  demand(typeof action.run === 'function', `the action '${id}' has no function 'run'`)
  demand(action.effects !== undefined, `the action '${id}' does not say its 'effects': 'none', 'read' or 'write'`)
  demand(
    action.effects !== 'write' || action.idempotent !== undefined,
    `the action '${id}' writes and does not say what a repetition means: 'idempotent' is 'natural', 'key' or 'no'`,
  )
  return { idempotent: 'natural', ...dataOf(action), input: inputOf(id, action) }
}

function triggerOf(id, trigger) {
  demand(trigger.kind === 'poll' || trigger.kind === 'webhook', `make the trigger '${id}' with poll(…) or webhook(…)`)
  const needed = trigger.kind === 'poll' ? 'poll' : 'handle'
  demand(typeof trigger[needed] === 'function', `the trigger '${id}' has no function '${needed}'`)
  const own = trigger.kind === 'poll' ? { everyS: 60 } : { subscribe: typeof trigger.subscribe === 'function' }
  return { ...own, ...dataOf(trigger), input: inputOf(id, trigger) }
}

/** The schema of the parameters; those with choices of their own say so. */
function inputOf(id, { input = {}, options = {} }) {
  const properties = { ...input.properties }
  for (const field of Object.keys(options)) {
    demand(field in properties, `'${id}' has options for '${field}', which is none of its parameters`)
    properties[field] = { ...properties[field], 'x-ui': { options: 'dynamic', ...properties[field]['x-ui'] } }
  }
  const known = Object.keys(properties).length > 0 ? { properties } : {}
  return { type: 'object', ...input, ...known }
}

function dataOf({ options, ...declaration }) {
  return Object.fromEntries(Object.entries(declaration).filter(([, value]) => typeof value !== 'function' && value !== undefined))
}

function demand(holds, otherwise) {
  if (!holds) throw new Error(otherwise)
}
