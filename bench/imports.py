"""What a service that loads this model by `from_pretrained` does before it can answer, by part.

Run as `python -m bench.imports FOLDER`: prints seconds since the epoch, by part, as JSON.
"""

import json
import sys
import time
from importlib import import_module

moments = {"python": time.time()}
import_module("torch")
moments["torch"] = time.time()
transformers = import_module("transformers")
model = transformers.GPT2LMHeadModel
moments["transformers"] = time.time()
model.from_pretrained(sys.argv[1])
moments["file"] = time.time()
print(json.dumps(moments))
