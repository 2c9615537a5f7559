import { poolOverSpans } from '../../embeddings/pool.js';
import type { ClipModel } from '../../evaluation/clip-model.js';
import { EngineError } from '../../protocol/errors.js';
import type { DataSet, PairClip } from '../../training/data-set.js';
import { simulate } from '../../training/simulated.js';

export type Evaluated = { readonly dataSet: DataSet; readonly model: ClipModel<PairClip> };

/** Test clips of simulated data where no number is given: the paper's. */
const SIMULATED_CLIPS = 1000;
/** Validation clips for each test clip. */
const VALIDATION_SHARE = 0.3;
const SIMULATION_SEED = 1;

/**
 * The data set and the model that a person names.
 *
 * @throws EngineError 'bad-request' for a model that does not fit the data
 */
export const openEvaluated = async (data: string, model: string): Promise<Evaluated> => {
	const simulated = /^simulated(?::(\d+))?$/.exec(data);
	if (!simulated) throw new EngineError('not-found', `there is no data set ${data}`);
	if (model !== 'simulated') throw new EngineError('bad-request', `the model ${model} does not fit simulated data`);
	const test = Number(simulated[1] ?? SIMULATED_CLIPS);
	const counts = { train: 0, validation: Math.ceil(VALIDATION_SHARE * test), test };
	const { dataSet, embed } = simulate({ seed: SIMULATION_SEED, counts });
	return {
		dataSet,
		model: {
			id: 'simulated embeddings',
			picture: async ({ picture }, segments) => embed.picture(poolOverSpans(picture.features, segments)),
			music: async ({ music }, segments) => embed.music(poolOverSpans(music.features, segments)),
		},
	};
};
