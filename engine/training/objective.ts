/**
 * The triplet loss of Seg-VM-Net (paper, section III-C): for an anchor a, its positive p and a negative n,
 * max(0, d(a, p) - d(a, n) + margin), d Euclidean between unit vectors. The positive is the same segment in the other
 * medium; negatives are segments of other clips in the batch, never of the same clip. Both directions are averaged over
 * their triplets and added with weights.
 */
export type Objective = {
	/** > 0. */
	readonly margin: number;
	/** How much it counts that a picture finds its music, and that music finds its picture. */
	readonly weights: { readonly videoToMusic: number; readonly musicToVideo: number };
	readonly mining: Mining;
};

/** 'all': the mean over all triplets [paper]. 'hardest': over the `count` dearest of each anchor [VM-Net, 100]. */
export type Mining = { readonly kind: 'all' } | { readonly kind: 'hardest'; readonly count: number };

/**
 * Ours: the paper's is unknown. VM-Net's is 0.1 on cosine distance, which is 0.2 on squared distances and, for pairs at the
 * distance 1 that training starts from, 0.1 on distances; the mean over all triplets wants more.
 */
export const DEFAULT_MARGIN = 0.2;

/** [VM-Net] counts music finding its picture three times; the paper chose its weights by experiments it does not tell. */
export const VM_NET_WEIGHTS = { videoToMusic: 1, musicToVideo: 3 } as const;
export const EQUAL_WEIGHTS = { videoToMusic: 1, musicToVideo: 1 } as const;

/** [VM-Net] */
export const VM_NET_HARDEST = 100;

/** The paper's mining; both directions alike, which is ours. */
export const DEFAULT_OBJECTIVE: Objective = {
	margin: DEFAULT_MARGIN,
	weights: EQUAL_WEIGHTS,
	mining: { kind: 'all' },
};

/** Keeps the root of a distance, and what is divided by it, finite where two embeddings coincide. Ours. */
export const DISTANCE_EPSILON = 1e-6;

/** Keeps the length of an embedding above 0. Ours. */
export const LENGTH_EPSILON = 1e-12;

export type Optimiser = {
	readonly learningRate: number;
	/** Share of hidden units that are left out of a step, in [0, 1). */
	readonly dropout: number;
	/** Share of the old running mean and variance that a step keeps. */
	readonly batchNormMomentum: number;
};

/** Adam's own (Kingma and Ba 2015). */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/**
 * Learning rate and running averages of VM-Net's code (3e-4, 0.99), dropout of the paper (0.5).
 */
export const DEFAULT_OPTIMISER: Optimiser = { learningRate: 3e-4, dropout: 0.5, batchNormMomentum: 0.99 };

/** Segments in a batch [paper]. */
export const DEFAULT_BATCH = 1000;
