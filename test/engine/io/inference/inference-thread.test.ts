import { afterEach, beforeEach, expect, test } from 'vitest';
import { InferenceThread, type Job, type KeptTensor } from '../../../../engine/io/inference/inference-thread.js';

let thread: InferenceThread;
beforeEach(() => {
	const program = new URL('./programs/scripted-thread.mjs', import.meta.url);
	thread = new InferenceThread({ threads: 1, program });
});
afterEach(() => thread.close());

const job = (session: string, x?: number, kept?: Record<string, KeptTensor>): Job => ({
	session: {
		name: session,
		source: { kind: 'bytes', bytes: new Uint8Array() },
		device: { name: 'cpu', slowest: Number.POSITIVE_INFINITY },
	},
	feeds: x === undefined ? {} : { x: { type: 'float32', dims: [1], data: Float32Array.of(x) } },
	...(kept ? { kept } : {}),
	fetches: null,
});

/** What the scripted thread answers: how many runs, sessions and kept tensors it has had, and what it was fed. */
const run = async (session: string, x?: number, kept?: Record<string, KeptTensor>, signal?: AbortSignal) => {
	const [runs, sessions, tensors, fed] = (await thread.run(job(session, x, kept), signal)).y!.data;
	return { runs, sessions, tensors, fed };
};

test('jobs run in the order they came, each with what it was fed', async () => {
	const answers = await Promise.all([10, 20, 30, 40, 50].map(x => run('plain', x)));
	expect(answers.map(({ runs }) => runs)).toEqual([1, 2, 3, 4, 5]);
	expect(answers.map(({ fed }) => fed)).toEqual([10, 20, 30, 40, 50]);
});

test('a session is opened once, and a tensor sent once', async () => {
	const kept = { c: { name: 'catalogue', tensor: { type: 'float32', dims: [1], data: Float32Array.of(1) } } } as const;
	await run('plain', 1, kept);
	expect(await run('plain', 1, kept)).toMatchObject({ sessions: 1, tensors: 1 });
	expect(await run('other', 1, kept)).toMatchObject({ sessions: 2, tensors: 1 });
});

test('a forgotten tensor is sent anew', async () => {
	const tensor = { name: 'catalogue', tensor: { type: 'float32', dims: [1], data: Float32Array.of(1) } } as const;
	await run('plain', 1, { c: tensor });
	thread.forget(tensor);
	expect(await run('plain', 1, { c: tensor })).toMatchObject({ tensors: 2 });
});

test('when the thread dies, what it had is rejected and the rest goes to a new thread', async () => {
	const first = run('crash');
	const behind = run('plain', 1);
	const queued = [run('plain', 2), run('plain', 3)];
	await expect(first).rejects.toMatchObject({ code: 'inference-failed' });
	await expect(behind).rejects.toMatchObject({ code: 'inference-failed' });
	expect((await Promise.all(queued)).map(({ runs, sessions, fed }) => [runs, sessions, fed])).toEqual([
		[1, 1, 2],
		[2, 1, 3],
	]);
});

test('the reason of a death is told', async () => {
	await expect(run('crash')).rejects.toThrow('a bad driver');
});

test('an aborted job that waits never runs; one that runs is rejected at once', async () => {
	const controllers = [new AbortController(), new AbortController()] as const;
	const running = run('slow', 1, undefined, controllers[0].signal);
	const second = run('plain', 2);
	const waiting = run('plain', 3, undefined, controllers[1].signal);
	const last = run('plain', 4);
	for (const controller of controllers) controller.abort();
	await expect(running).rejects.toMatchObject({ code: 'cancelled' });
	await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
	expect((await second).fed).toBe(2);
	// Three runs in all: the one that waited was never sent.
	expect(await last).toMatchObject({ runs: 3, fed: 4 });
});

test('a signal that was aborted before refuses the job', async () => {
	await expect(run('plain', 1, undefined, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});

test('after closing nothing runs', async () => {
	const running = run('slow', 1);
	const closed = expect(running).rejects.toMatchObject({ code: 'cancelled' });
	await thread.close();
	await closed;
	await expect(run('plain', 1)).rejects.toMatchObject({ code: 'cancelled' });
});
