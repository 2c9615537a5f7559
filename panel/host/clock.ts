/** Time as the host script needs it. */
export type Clock = { wait(milliseconds: number): Promise<void> };

export const systemClock: Clock = {
	wait: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
};
