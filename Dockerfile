# odoo-seed as a container. `docker run --rm -v "$PWD:/work" -w /work <image> validate`
FROM python:3.12-slim

WORKDIR /build
COPY pyproject.toml requirements.txt README.md LICENSE ./
COPY schemas schemas
COPY supabase/migrations supabase/migrations
COPY tools/odoo_seed tools/odoo_seed
# The pins of the development environment, as far as the package needs them.
RUN pip install --no-cache-dir --constraint requirements.txt . && rm -rf /build

RUN useradd --create-home odoo-seed
USER odoo-seed
WORKDIR /work
ENTRYPOINT ["odoo-seed"]
CMD ["--help"]
