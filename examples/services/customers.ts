import { defineService } from 'holdfast/services';

interface Customer {
  name: string;
  town: string;
}

/** Takes in new customers: completes what is known of each, and tells everybody who wants to know. */
export const newCustomer = defineService({
  name: 'my.api.customer.new',
  async handle(messages, context) {
    for (const message of messages) {
      const customer = message.data as Customer;
      const reply = await context.request('my.towns', customer.town, { timeout_ms: 10_000 });
      await context.publish('/customer/created', { ...customer, ...(reply.data as object) }, { priority: 7 });
      context.log.info('a customer was taken in', { name: customer.name });
    }
  },
});
