import { serviceTopic } from '../protocol/names.js';
import { ExtensionFault } from './extension-fault.js';
import type { Loaded, LoadedService } from './thread-messages.js';

/** What only all services together, or a subscription, can tell to be wrong. Throws `ExtensionFault`. */
export function checkLoaded({ services }: Loaded, checkOptions: (options: object) => void): void {
  const byTopic = new Map<string, LoadedService>();
  for (const service of services) {
    const { name, file, options } = service;
    const topic = serviceTopic(name);
    const other = byTopic.get(topic);
    if (other) {
      throw new ExtensionFault(
        `${file}: service ${name}: it has the topic ${topic}, and so has ${other.name} in ${other.file}. Give one another name.`,
      );
    }
    byTopic.set(topic, service);
    try {
      checkOptions(options);
    } catch (error) {
      // They are checked as those of a call, whose name means nothing here.
      const reason = (error as Error).message.replace(/^subscribe: /, '');
      throw new ExtensionFault(`${file}: service ${name}: options: ${reason}`);
    }
  }
}
