# The table is the volume's own, and the document is made from the settings.
set -e
install -m 666 places.json /data/places.json
PYGEOAPI_CONFIG=pygeoapi.yml pygeoapi openapi generate pygeoapi.yml --output-file openapi.yml
