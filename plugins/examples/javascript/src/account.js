// The credential of the service, and how it is put on requests.

import { HOSTS, service } from './service.js'

/** @type {import('weft-plugin').Credential} */
export const account = {
  type: 'oauth2',
  title: 'Account',
  docs: 'Make a client under **Settings → API** of your Parcels account.',
  fields: {
    base_url: { title: 'Address of the service', secret: false },
    client_id: { title: 'Client ID', secret: false },
    client_secret: { title: 'Client secret', optional: true },
    access_token: { title: 'Access token', optional: true },
    webhook_secret: { title: 'Webhook secret', optional: true, uses: ['hmac'] },
  },
  oauth2: { grant: 'client_credentials', token: '{base_url}/oauth/token' },
  inject: [{ in: 'header', name: 'authorization', format: 'Bearer {access_token}', hosts: HOSTS }],
  test: () => `Signed in as ${service.get('/me').name ?? 'somebody'}.`,
}
