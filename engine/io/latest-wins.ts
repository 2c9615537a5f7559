/**
 * Calls `call` soon after every trigger, but never twice within `interval` milliseconds: the first trigger counts at once,
 * those that follow too soon count as one at the interval's end. So the last state always arrives (5.1).
 */
export const latestWins = (interval: number, call: () => void): { trigger(): void; stop(): void } => {
	let timer: NodeJS.Timeout | null = null;
	let waiting = false;
	const fire = (): void => {
		waiting = false;
		timer = setTimeout(() => {
			timer = null;
			if (waiting) fire();
		}, interval);
		call();
	};
	return {
		trigger: () => {
			if (timer === null) fire();
			else waiting = true;
		},
		stop: () => {
			if (timer !== null) clearTimeout(timer);
			timer = null;
			waiting = false;
		},
	};
};
