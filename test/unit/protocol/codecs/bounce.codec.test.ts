import { BounceCodec } from 'bounce-ws/codecs/bounce';
import { codecContract } from './codec-contract.js';
import { envelopeProperties } from './codec-properties.js';
import type { Received } from './codec-under-test.js';

const codec = new BounceCodec();

envelopeProperties('bounce', codec, (envelope) => JSON.stringify(envelope));

codecContract('bounce', {
  codec,
  write: (event, data) => JSON.stringify({ event, data }),
  read: (frame) => JSON.parse(String(frame)) as Received,
  malformed: [
    ['empty', '', 'bad_json'],
    ['no JSON', '{"event":"x"', 'bad_json'],
    ['no object', '["x"]', 'bad_envelope'],
    ['without an event', '{"data":1}', 'bad_envelope'],
    ['with a wrong id', '{"event":"x","id":null}', 'bad_envelope'],
    ['with a wrong timestamp', '{"event":"x","timestamp":"now"}', 'bad_timestamp'],
    ['nested 30 000 deep', '['.repeat(30_000), 'too_deep'],
  ],
});
