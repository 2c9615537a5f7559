import { availableParallelism } from 'node:os';
import { openInference } from '../engine/io/inference/networks.js';
import { openQuantisedProduct } from '../engine/io/quantised-product.js';
import { openRankingKernel } from '../engine/io/ranking-kernel.js';
import type { TwoStageTools } from '../engine/ranking/two-stages.js';
import type { BenchOptions, Figure } from './figures.js';
import { kernelFigures } from './ranking-kernel.js';
import { generatedRecall, realRecall } from './ranking-recall.js';
import { millionFigures, scanFigures } from './ranking-scale.js';

export const name = 'ranking';

type Part = (tools: TwoStageTools, size: number, say: BenchOptions['say']) => Promise<Figure[]>;

/** Parts of the bench, each with the number of tracks that it is about unless the call says another. */
const PARTS: Readonly<Record<string, readonly [Part, number]>> = {
	kernel: [({ kernel }, _, say) => kernelFigures(kernel, say), 4096],
	recall: [generatedRecall, 10_000],
	real: [realRecall, 20_000],
	scan: [scanFigures, 100_000],
	million: [millionFigures, 1_000_000],
};

/**
 * Ranking by a query of 36 segments: the kernel beside plain TypeScript and numba, recall beside exact ranking among
 * generated tracks and among pieces of real ones, and catalogues of 100,000 and a million generated tracks of 30 sections
 * beside the bare product. Arguments choose parts: `kernel`, `recall`, `real`, `scan=30000`, …
 */
export const run = async ({ arguments: asked, say }: BenchOptions): Promise<Figure[]> => {
	const inference = openInference();
	const tools: TwoStageTools = {
		kernel: openRankingKernel(),
		quantised: await openQuantisedProduct(availableParallelism()),
		similarity: inference.similarity,
	};
	try {
		const figures: Figure[] = [];
		for (const part of asked.length > 0 ? asked : Object.keys(PARTS)) {
			const [title, size] = part.split('=');
			const known = PARTS[title!];
			if (!known) throw new RangeError(`no part ${title}; there are ${Object.keys(PARTS).join(', ')}`);
			figures.push(...(await known[0](tools, Number(size ?? known[1]), say)));
		}
		return figures;
	} finally {
		await inference.networks.close();
	}
};
