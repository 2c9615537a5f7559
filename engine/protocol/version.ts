/** Raised when an older peer could misread a message. Peers with different versions refuse each other in the hello. */
export const PROTOCOL_VERSION = 1;

/** Ports the engine tries in turn: few and fixed, since the Premiere plugin's manifest has to name them. */
export const PORTS = [47_821, 47_822, 47_823, 47_824] as const;
