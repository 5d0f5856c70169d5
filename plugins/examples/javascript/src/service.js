// Requests to the service.

import { credentials, http, StepError } from 'weft-plugin'

/** The second is where `weft plugin example-service` listens. */
export const HOSTS = ['https://parcels.example.com', 'http://127.0.0.1:9400']

/** @typedef {import('weft-plugin').http.Options} Options */

export const service = {
  get: (/** @type {string} */ path, /** @type {Options} */ options = {}) => read(send('GET', path, options)),

  post: (/** @type {string} */ path, /** @type {unknown} */ json, /** @type {Options} */ options = {}) =>
    read(send('POST', path, { ...options, json })),

  /** Deletes what may be gone already. */
  forget(/** @type {string} */ path) {
    const answer = send('DELETE', path, {})
    if (answer.status !== 404) answer.ok()
  },
}

/** @returns {import('weft-plugin').http.Response} */
function send(/** @type {string} */ method, /** @type {string} */ path, /** @type {Options} */ options) {
  const baseUrl = credentials.publicField('account', 'base_url').replace(/\/+$/, '')
  return http.send({ ...options, method, url: baseUrl + path, auth: 'account' })
}

/** The answer's JSON, or an error that says whether to try again. */
function read(/** @type {import('weft-plugin').http.Response} */ answer) {
  if (answer.status !== 422) return answer.ok().json()
  // What the service finds wrong with a parcel is wrong with what was filled in.
  const { error, message = 'the service refused it' } = answer.json()
  throw StepError.invalidInput(error === 'unknown_depot' ? '/depot' : '', message)
}
