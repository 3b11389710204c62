// Breaks the rule bucket-on-demand on purpose.
import '@aws-sdk/client-s3';
