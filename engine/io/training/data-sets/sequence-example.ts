import protobuf from 'protobufjs';

/** TensorFlow's SequenceExample, as far as YouTube-8M uses it. */
const { root } = protobuf.parse(`
	syntax = "proto3";
	message BytesList { repeated bytes value = 1; }
	message Int64List { repeated int64 value = 1; }
	message Feature { oneof kind { BytesList bytes_list = 1; Int64List int64_list = 3; } }
	message Features { map<string, Feature> feature = 1; }
	message FeatureList { repeated Feature feature = 1; }
	message FeatureLists { map<string, FeatureList> feature_list = 1; }
	message SequenceExample { Features context = 1; FeatureLists feature_lists = 2; }
`);
const type = root.lookupType('SequenceExample');

type Feature = {
	readonly bytesList?: { readonly value?: readonly Uint8Array[] };
	readonly int64List?: { readonly value?: readonly (number | { toNumber(): number })[] };
};
type Decoded = {
	readonly context?: { readonly feature?: Readonly<Record<string, Feature>> };
	readonly featureLists?: {
		readonly featureList?: Readonly<Record<string, { readonly feature?: readonly Feature[] }>>;
	};
};

export type SequenceExample = {
	readonly bytes: (name: string) => Uint8Array | undefined;
	readonly numbers: (name: string) => readonly number[];
	/** One entry a step of the sequence. */
	readonly steps: (name: string) => readonly Uint8Array[];
};

/** @throws Error where the bytes are no such message */
export const decodeSequenceExample = (data: Uint8Array): SequenceExample => {
	const { context, featureLists } = type.decode(data) as unknown as Decoded;
	return {
		bytes: name => context?.feature?.[name]?.bytesList?.value?.[0],
		numbers: name =>
			(context?.feature?.[name]?.int64List?.value ?? []).map(value =>
				typeof value === 'number' ? value : value.toNumber(),
			),
		steps: name =>
			(featureLists?.featureList?.[name]?.feature ?? []).map(step => step.bytesList?.value?.[0] ?? new Uint8Array()),
	};
};
