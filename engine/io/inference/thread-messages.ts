import type { DeviceReport } from '../../jobs/ports.js';
import type { ErrorCode } from '../../protocol/errors.js';

/** One tensor on its way between threads: row-major values and the length of each axis. */
export type Tensor = Float32Tensor | ByteTensor | IndexTensor;

export type Float32Tensor = {
	readonly type: 'float32';
	readonly dims: readonly number[];
	readonly data: Float32Array<ArrayBuffer>;
};

type ByteTensor = {
	readonly type: 'uint8';
	readonly dims: readonly number[];
	readonly data: Uint8Array<ArrayBuffer>;
};

type IndexTensor = {
	readonly type: 'int64';
	readonly dims: readonly number[];
	readonly data: BigInt64Array<ArrayBuffer>;
};

/** Where a session's model comes from. A file is refused unless it has this hash. */
export type ModelSource = ModelFile | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

export type ModelFile = { readonly kind: 'file'; readonly path: string; readonly sha256: string };

/** What a session is meant to run on. */
export type Device = {
	readonly name: DeviceReport['used'];
	/** How many times the CPU's time a run may take; Infinity where only its numbers matter. */
	readonly slowest: number;
};

export type ThreadSettings = {
	/** Threads within one operator. */
	readonly threads: number;
};

/** To the inference thread, handled strictly in order. */
export type Request =
	| { readonly kind: 'open'; readonly session: string; readonly source: ModelSource; readonly device: Device }
	| { readonly kind: 'release'; readonly session: string }
	| { readonly kind: 'keep'; readonly name: string; readonly tensor: Tensor }
	| { readonly kind: 'forget'; readonly name: string }
	| {
			readonly kind: 'run';
			readonly id: number;
			readonly session: string;
			readonly feeds: Readonly<Record<string, Tensor>>;
			/** Further inputs, each by the name under which its tensor was kept. */
			readonly kept: Readonly<Record<string, string>>;
			/** Outputs wanted; null for all. */
			readonly fetches: readonly string[] | null;
	  }
	| { readonly kind: 'exit' };

/** From the inference thread: one for each 'run'. */
export type Reply =
	| {
			readonly id: number;
			readonly ok: true;
			readonly outputs: Readonly<Record<string, Float32Tensor>>;
			/** With the first run of a session that was to use a device other than the CPU. */
			readonly trial: Trial | null;
	  }
	| {
			readonly id: number;
			readonly ok: false;
			readonly code: ErrorCode;
			readonly detail: string;
			/** The session could not be opened, as opposed to run. */
			readonly opening: boolean;
	  };

/** How a session did on a device against the CPU, on the same input. */
export type Trial = {
	/** Why the session went to the CPU instead, or null where it stays on the device. */
	readonly refused: string | null;
	/** Largest difference in any output, as a share of the CPU's largest value, or of 1 if that is less. */
	readonly difference: number;
};
