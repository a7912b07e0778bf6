-- what a user builds on top: the package's marts are ordinary models
select
    team,
    sum(total_cost_usd) as total_cost_usd
from {{ ref('llm_cost', 'fct_llm_cost__hourly') }}
group by team
