// What the plugin says about itself. The action is hidden: the engine's `code` node is the way to it.

export const manifest = {
  manifest: 1,
  id: 'javascript',
  version: '0.1.0',
  name: 'JavaScript',
  summary: 'Runs the JavaScript of code nodes.',
  icon: 'code',
  category: 'code',
  actions: [
    {
      id: 'run',
      title: 'Run JavaScript',
      summary: 'Runs the body of a function and answers what it returns.',
      hidden: true,
      effects: 'none',
      idempotent: 'natural',
      input: {
        type: 'object',
        required: ['source'],
        properties: {
          source: { type: 'string', title: 'Code', 'x-ui': { widget: 'code', language: 'javascript', expression: false } },
          input: {},
          steps: {},
          item: {},
          index: {},
          trigger: {},
          run: {},
          vars: {},
        },
      },
    },
  ],
}
