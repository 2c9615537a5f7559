import { z } from 'zod';
import { readSafetensors, writeSafetensors } from './safetensors.js';
import { architectureOf, type Weights } from './seg-vm-net.js';

/** What a model says of itself: what goes in, what it was taught by, and what it can do. */
export const modelCard = z.object({
	/** 'seg-vm-net', or one of the paper's baselines, which know whole clips only. */
	kind: z.enum(['seg-vm-net', 'vm-net', 'vm-net-handcrafted']),
	/** Ids of the features that it takes, a row a second. */
	pictureFeatures: z.string(),
	musicFeatures: z.string(),
	/** Where the segments that it was trained on begin. */
	segmentation: z.string(),
	data: z.object({
		name: z.string(),
		origin: z.enum(['real', 'rendered', 'simulated']),
		clips: z.number(),
		segments: z.number(),
	}),
	/** The training's settings in full, for whoever wants to do it again. */
	training: z.record(z.string(), z.unknown()),
	/** Of the validation split, which chose the weights and so flatters them. */
	validation: z.record(z.string(), z.number().nullable()),
	/** Free words: what it is good for, what it isn't, licences. */
	notes: z.array(z.string()),
});
export type ModelCard = z.infer<typeof modelCard>;

export type Model = { readonly card: ModelCard; readonly weights: Weights };

/**
 * A model as one safetensors file: its weights, and its card as JSON in the metadata.
 *
 * @param half - matrices in float16: half the size, for models that are handed on
 */
export const writeModel = ({ card, weights }: Model, { half = false } = {}): Uint8Array =>
	writeSafetensors(
		{ metadata: { format: FORMAT, card: JSON.stringify(card) }, tensors: weights },
		name => half && name.endsWith('.weight'),
	);

const FORMAT = 'segue-model-1';

/** @throws RangeError that says what is wrong with the file */
export const readModel = (bytes: Uint8Array): Model => {
	const { metadata, tensors } = readSafetensors(bytes);
	if (metadata.format !== FORMAT) throw new RangeError('the file holds no model of Segue');
	architectureOf(tensors);
	let card: unknown;
	try {
		card = JSON.parse(metadata.card ?? '');
	} catch (cause) {
		throw new RangeError("the model's card is not JSON", { cause });
	}
	const parsed = modelCard.safeParse(card);
	if (!parsed.success)
		throw new RangeError(`the model's card is incomplete: ${parsed.error.issues[0]?.path.join('.')}`);
	return { card: parsed.data, weights: tensors };
};
