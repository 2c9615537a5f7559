import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readSafetensors, type Tensor, writeSafetensors } from '../../embeddings/safetensors.js';
import { EngineError } from '../../protocol/errors.js';
import type { Checkpoint } from '../../training/train.js';
import { writeDurably } from '../catalog/durable-files.js';

/**
 * Keeps a training's checkpoint in a file, whole or not at all after a kill.
 *
 * @param identity - of plan and data: a checkpoint of another training is not gone on from
 */
export const writeCheckpoint = (path: string, identity: string, checkpoint: Checkpoint): void => {
	const { trainer, best, epoch, batches, curve } = checkpoint;
	const about: z.input<typeof stored> = {
		identity,
		epoch,
		batches,
		steps: trainer.steps,
		best: { step: best.step, reciprocalRank: best.reciprocalRank },
		curve: [...curve],
	};
	const tensors = new Map<string, Tensor>();
	for (const [name, tensor] of trainer.tensors) tensors.set(STATE + name, tensor);
	for (const [name, tensor] of best.weights) tensors.set(BEST + name, tensor);
	writeDurably(path, writeSafetensors({ metadata: { checkpoint: JSON.stringify(about) }, tensors }));
};

/**
 * The checkpoint in a file; null where there is none.
 *
 * @throws EngineError 'bad-request' where it belongs to another training, 'checkpoint-damaged' where it can't be read
 */
export const readCheckpoint = (path: string, identity: string): Checkpoint | null => {
	let bytes: Buffer;
	try {
		bytes = readFileSync(path);
	} catch (cause) {
		if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw new EngineError('checkpoint-damaged', `${path} cannot be read`, { cause });
	}
	const { about, tensors } = parsed(path, bytes);
	if (about.identity !== identity) {
		throw new EngineError('bad-request', `${path} is of a training with other data or settings; --restart begins anew`);
	}
	const part = (prefix: string) =>
		new Map(
			[...tensors]
				.filter(([name]) => name.startsWith(prefix))
				.map(([name, tensor]) => [name.slice(prefix.length), tensor]),
		);
	return {
		epoch: about.epoch,
		batches: about.batches,
		trainer: { steps: about.steps, tensors: part(STATE) },
		best: { ...about.best, weights: part(BEST) },
		curve: about.curve,
	};
};

const STATE = 'state/';
const BEST = 'best/';

const stored = z.object({
	identity: z.string(),
	epoch: z.number(),
	batches: z.number(),
	steps: z.number(),
	best: z.object({ step: z.number(), reciprocalRank: z.number() }),
	curve: z.array(
		z.object({
			step: z.number(),
			loss: z.number().nullable(),
			clips: z.number(),
			reciprocalRank: z.number(),
			recallAt1: z.number(),
			recallAt10: z.number(),
			meanRank: z.number(),
		}),
	),
});

const parsed = (path: string, bytes: Uint8Array) => {
	try {
		const { metadata, tensors } = readSafetensors(bytes);
		return { about: stored.parse(JSON.parse(metadata.checkpoint ?? '')), tensors };
	} catch (cause) {
		throw new EngineError('checkpoint-damaged', `${path} is no checkpoint that can be read`, { cause });
	}
};
