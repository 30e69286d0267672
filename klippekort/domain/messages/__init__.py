"""Rules of messages: by which channel, when, in which words, and what an answer means."""
