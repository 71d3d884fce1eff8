import { customAlphabet } from 'nanoid';

/** A name for one thing that went wrong: it stands in the answer and in the log, so that the one leads to the other. */
export const newCid = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 16);
