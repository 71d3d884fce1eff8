/** Hooks of `../hooks.ts`. A file of yours imports them from `holdfast/hooks`. */
import { defineHooks } from '../../src/hooks.js';

interface Order {
  id?: number;
  item: string;
  customer: number;
}

/** In place of a call to another system. */
async function nameOf(customer: number): Promise<string> {
  return new Map([[17, 'Žaneta']]).get(customer) ?? 'unknown';
}

export const orders = defineHooks({
  topics: ['/order/**'],

  // Once for each message: what nobody could use is refused, and the publisher is told why.
  before_publish({ data }) {
    return (data as Order).id === undefined ? { refuse: 'an order needs an id' } : undefined;
  },

  // For each subscriber: all get the name in place of the number of the customer, and the accountants get CSV.
  async before_delivery({ data }, { subscription }) {
    const { id, item, customer } = data as Order;
    const name = await nameOf(customer);
    if (subscription.name === 'accounting') return { change: { data: `${id};${item};${name}`, mime_type: 'text/csv' } };
    return { change: { data: { id, item, customer: name } } };
  },
});
