/** What a message may have for a priority; the highest is delivered first. Its shape is in `schemas/api/`. */
export const priorityMin = 1;
export const priorityMax = 9;
