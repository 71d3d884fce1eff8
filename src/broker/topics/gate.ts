/** What of a message the options of its topic have a say in; the same of a publish and of an edit. */
export interface Given {
  /** A JSON text. */
  data?: string;
  /** Seconds. */
  expiration?: number;
}

/** What the messages of a topic have to pass. */
export interface Gate {
  /** A publish as it is let in. Throws `depth_exceeded`, or `invalid_params` for data that does not fit. */
  admit<G extends Given>(given: G): G;
  /** The same for a message that is in already, and so takes no room. */
  amend<G extends Given>(given: G): G;
  /** Counts at once, because the bound is another. */
  look(): void;
}
