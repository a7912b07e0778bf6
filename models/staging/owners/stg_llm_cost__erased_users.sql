{{ config(materialized='table') }}

{#- Users whose id is not kept, as the SHA-256 of the id, so that the list names nobody. Grain: user_hash. -#}

with stacked as (
    {{ llm_cost.stacked_rows(llm_cost.relations_of('llm_cost_erased_users'), ['user_hash']) }}
)

select distinct lower(user_hash) as user_hash
from stacked
where
    user_hash is not null
    and not {{ llm_cost.fails_with(
        'not ' ~ llm_cost.regex_match('lower(user_hash)', "'^[0-9a-f]{64}$'"),
        "'llm_cost_erased_users: ' || relation || ' has a user_hash that is not a SHA-256 in hexadecimal. Write the hash of the id, never the id: docs/privacy.md'"
    ) }}
