import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as ort from 'onnxruntime-node';
import { EngineError } from '../../protocol/errors.js';
import type { Device, Float32Tensor, ModelSource, Tensor, Trial } from './thread-messages.js';

export type Outputs = Readonly<Record<string, Float32Tensor>>;

/**
 * Opens a model on the CPU or another device. On another device the first run is made on the CPU too, and the session
 * stays there where the device's numbers differ or it is slower than allowed: what drivers get wrong depends on the
 * network, so every network is tried for itself.
 *
 * Throws EngineError 'model-missing', 'model-damaged', or 'inference-failed' where ONNX Runtime refuses the model.
 */
export const openSession = async (source: ModelSource, device: Device, threads: number): Promise<Session> => {
	const model = await readModel(source);
	const cpu = await createSession(model, 'cpu', threads);
	if (device.name === 'cpu') return new Session(cpu, null);
	try {
		const accelerated = await createSession(model, device.name, threads);
		return new Session(cpu, { session: accelerated, device });
	} catch (cause) {
		return new Session(cpu, { refused: `${device.name} does not load it: ${reasonOf(cause)}` });
	}
};

/** One opened model. */
export class Session {
	#trial: Trial | null = null;
	#candidate: { readonly session: ort.InferenceSession; readonly device: Device } | null = null;

	constructor(
		/** What answers once the trial is over. */
		private session: ort.InferenceSession,
		candidate:
			| { readonly session: ort.InferenceSession; readonly device: Device }
			| { readonly refused: string }
			| null,
	) {
		if (candidate === null) return;
		if ('refused' in candidate) this.#trial = { refused: candidate.refused, difference: Number.POSITIVE_INFINITY };
		else this.#candidate = candidate;
	}

	async run(
		feeds: Readonly<Record<string, Tensor>>,
		fetches: readonly string[] | null,
	): Promise<{ outputs: Outputs; trial: Trial | null }> {
		const inputs = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, tensorOf(tensor)]));
		const wanted = fetches ?? this.session.outputNames;

		if (this.#candidate) {
			const { session, device } = this.#candidate;
			this.#candidate = null;
			return this.#try(session, device, inputs, wanted);
		}
		const trial = this.#trial;
		this.#trial = null;
		return { outputs: await runOnce(this.session, inputs, wanted), trial };
	}

	async release(): Promise<void> {
		await this.#candidate?.session.release();
		await this.session.release();
	}

	/** Answers with the CPU's outputs, and keeps whichever session won. */
	async #try(
		candidate: ort.InferenceSession,
		device: Device,
		inputs: Inputs,
		wanted: readonly string[],
	): Promise<{ outputs: Outputs; trial: Trial }> {
		// The first run on a device compiles its programs, so a run that is timed comes second.
		const onCpu = await timed(() => runOnce(this.session, inputs, wanted));
		let refused: string | null = null;
		let difference = Number.POSITIVE_INFINITY;
		try {
			difference = largestDifference(onCpu.result, await runOnce(candidate, inputs, wanted));
			if (!(difference <= DEVICE_TOLERANCE)) {
				refused = `${device.name} gives other numbers, off by ${difference.toPrecision(2)}`;
			} else if (Number.isFinite(device.slowest)) {
				const cpuAgain = await timed(() => runOnce(this.session, inputs, wanted));
				const onDevice = await timed(() => runOnce(candidate, inputs, wanted));
				const ratio = onDevice.milliseconds / Math.min(onCpu.milliseconds, cpuAgain.milliseconds);
				if (ratio >= device.slowest) refused = `${device.name} takes ${ratio.toFixed(1)} times as long as the CPU`;
			}
		} catch (cause) {
			refused = `${device.name} fails: ${reasonOf(cause)}`;
		}

		const loser = refused === null ? this.session : candidate;
		if (refused === null) this.session = candidate;
		await loser.release();
		return { outputs: onCpu.result, trial: { refused, difference } };
	}
}

/**
 * Largest {@link Trial} difference that is taken for rounding. It leaves room for multiplication with 10 bits (TF32); a
 * provider that was right differed by less than 1e-5, one that was wrong by 0.2 and more.
 */
const DEVICE_TOLERANCE = 5e-3;

/** See {@link Trial}; Infinity where sizes differ or a number is none. */
const largestDifference = (expected: Outputs, actual: Outputs): number => {
	let largest = 0;
	for (const [name, { data }] of Object.entries(expected)) {
		const other = actual[name]?.data;
		if (other?.length !== data.length) return Number.POSITIVE_INFINITY;
		let scale = 1;
		let difference = 0;
		for (let i = 0; i < data.length; i++) {
			scale = Math.max(scale, Math.abs(data[i]!));
			difference = Math.max(difference, Math.abs(data[i]! - other[i]!));
		}
		if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
		largest = Math.max(largest, difference / scale);
	}
	return largest;
};

type Inputs = Readonly<Record<string, ort.Tensor>>;

const readModel = async (source: ModelSource): Promise<Uint8Array> => {
	if (source.kind === 'bytes') return source.bytes;
	const { path, sha256 } = source;
	let bytes: Uint8Array;
	try {
		bytes = await readFile(path);
	} catch (cause) {
		throw new EngineError('model-missing', `The network file ${path} cannot be read.`, { cause });
	}
	// The bytes that were checked are the bytes that are loaded, so nothing can be swapped in between.
	if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
		throw new EngineError('model-damaged', `The network file ${path} is not the one that was tested.`);
	}
	return bytes;
};

const createSession = async (
	model: Uint8Array,
	device: Device['name'],
	threads: number,
): Promise<ort.InferenceSession> => {
	try {
		return await ort.InferenceSession.create(model, {
			executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
			intraOpNumThreads: threads,
			// Errors only: they come back as exceptions anyway.
			logSeverityLevel: 4,
			// Idle threads that spin take the cores from decoding and from each other.
			extra: { session: { 'intra_op.allow_spinning': '0' } },
		});
	} catch (cause) {
		throw new EngineError('inference-failed', `ONNX Runtime refuses a network: ${reasonOf(cause)}`, { cause });
	}
};

const runOnce = async (session: ort.InferenceSession, inputs: Inputs, wanted: readonly string[]): Promise<Outputs> => {
	const results = await session.run(inputs, [...wanted]);
	return Object.fromEntries(
		Object.entries(results).map(([name, { dims, data }]) => {
			if (!(data instanceof Float32Array) || !(data.buffer instanceof ArrayBuffer)) {
				throw new EngineError('inference-failed', `Output ${name} is not of float32.`);
			}
			return [name, { type: 'float32' as const, dims, data: data as Float32Array<ArrayBuffer> }];
		}),
	);
};

const tensorOf = (tensor: Tensor): ort.Tensor => {
	switch (tensor.type) {
		case 'float32':
			return new ort.Tensor('float32', tensor.data, tensor.dims);
		case 'uint8':
			return new ort.Tensor('uint8', tensor.data, tensor.dims);
		case 'int64':
			return new ort.Tensor('int64', tensor.data, tensor.dims);
	}
};

const timed = async <Result>(work: () => Promise<Result>): Promise<{ result: Result; milliseconds: number }> => {
	const start = performance.now();
	const result = await work();
	return { result, milliseconds: performance.now() - start };
};

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
