import { countTriesHere } from '../../../src/domain/access/password-tries.ts';
import { testTries } from '../../store/contract-tries.ts';

testTries('in memory', countTriesHere);
