/** Bytes before the picture in a binary message: the ask's id and the picture's place in it, both u32, little-endian. */
export const FRAME_HEADER = 8;

/** Pictures that may be under way to the engine at once. */
export const FRAME_CREDIT = 4;
