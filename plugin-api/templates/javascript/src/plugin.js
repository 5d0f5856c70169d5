// The plugin `{{id}}`: one action that asks a service. Triggers are declared likewise, under `triggers`, with `poll(…)` and
// `webhook(…)`; drop-downs are the `options` of an action, and the test of a credential is its `test`.

import { action, definePlugin, http } from 'weft-plugin'

const greet = action({
  title: 'Greet',
  summary: 'Greets somebody by their name.',
  effects: 'read',
  input: {
    type: 'object',
    required: ['user'],
    properties: { user: { type: 'string', title: 'User', minLength: 1 } },
  },
  run({ user }) {
    const { name = 'stranger' } = http.getJson(`https://api.example.com/users/${encodeURIComponent(user)}`)
    return { text: `Hello, ${name}!` }
  },
})

export const { metadata, actions, dynamic, polling, webhooks } = definePlugin({
  id: '{{id}}',
  version: '1.0.0',
  name: '{{name}}',
  summary: 'Says what this plugin is for.',
  hosts: [{ pattern: 'https://api.example.com', methods: ['GET'] }],
  actions: { greet },
})
