// What the actions take and answer.

export const order = /** @type {const} */ ({
  type: 'object',
  required: ['recipient', 'depot'],
  additionalProperties: false,
  properties: {
    recipient: { type: 'string', title: 'Recipient', minLength: 1 },
    depot: { type: 'string', title: 'Depot' },
    weight_kg: { type: 'number', title: 'Weight', description: 'In kilograms', exclusiveMinimum: 0, default: 1 },
  },
})

export const parcel = /** @type {const} */ ({
  type: 'object',
  required: ['id', 'status'],
  properties: {
    id: { type: 'string' },
    recipient: { type: 'string' },
    status: { enum: ['created', 'delivered'] },
    created_at: { type: 'integer', description: 'UTC milliseconds' },
    delivered_at: { type: 'integer', description: 'UTC milliseconds' },
  },
})
